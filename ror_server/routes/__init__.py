"""HTTP only: parse, authorise, call, answer."""
