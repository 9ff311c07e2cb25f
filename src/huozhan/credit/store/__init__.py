"""All SQL of credit; what a door asks for is scoped by the actor's organisation, what other contexts ask for by agreement."""
