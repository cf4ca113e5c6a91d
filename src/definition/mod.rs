//! The procedure file: read, resolved, checked and drawn. Pure.
