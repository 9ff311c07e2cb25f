from huozhan.cli import main

main(prog_name="huozhan")
