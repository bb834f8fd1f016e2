"""What leaves the app as a file: pages run for their exhibits, and what is made of these."""
