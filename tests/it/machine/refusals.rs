//! Every refusal has a page.
