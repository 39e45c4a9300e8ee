//! What this kernel and this machine allow.
