"""All SQL of promotion; what a shop makes is scoped by the actor's organisation, what runs is public."""
