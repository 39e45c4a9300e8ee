//! How containers of one user reach each other.
