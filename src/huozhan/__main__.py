from huozhan.cli import main

main()
