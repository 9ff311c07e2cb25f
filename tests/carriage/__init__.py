"""Platform logistics: waybills, freight, carriers' bills and account 208."""
