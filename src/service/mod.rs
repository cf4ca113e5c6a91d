//! Where time, storage and rules meet: one writer, one reader, one sweeper.
