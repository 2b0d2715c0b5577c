"""What `regulars bench` measures: the product and pgbench, one after the other, on the same server in the same run."""
