//! Units, posts, people, delegations and absences, as of an instant.
