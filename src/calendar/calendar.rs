//! Sessions, days off, make-up days; adding and measuring working time.
