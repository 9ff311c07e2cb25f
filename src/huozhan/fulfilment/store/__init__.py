"""All SQL of fulfilment; every query is scoped by the actor's organisation or says why it is not."""
