"""The restitution: the report of a year, in which each figure says where it comes from."""
