"""The dock, its pages and map tools. Runs algorithms by id; never computes."""
