//! The life of a case: command in, events out. Every rule is here. Pure.
