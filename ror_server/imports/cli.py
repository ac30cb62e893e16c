"""`ror-server import finess FILE`: the command line of the imports; what works is imported only when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:  # noqa: ANN401  # argparse's own class is private
    """Hang `import finess FILE` on a command line.

    Args:
        subparsers: What `add_subparsers` gave.
    """
    imports = subparsers.add_parser("import", help="faire entrer des données officielles")
    kinds = imports.add_subparsers(dest="source", required=True, metavar="SOURCE")
    finess = kinds.add_parser(
        "finess",
        help="stock FINESS des établissements (etalab-cs1100502) ou des entités juridiques (etalab-cs1100501)",
        description="Met le Répertoire au niveau d'un stock FINESS. Le même fichier peut être importé plusieurs fois.",
    )
    finess.add_argument("fichier", type=Path, metavar="FILE", help="fichier officiel, tel quel ou compressé (.xz, .gz)")
    _add_database(finess)
    finess.add_argument(
        "--rapport", type=Path, metavar="FILE", help="rapport CSV des lignes rejetées et des changements"
    )
    finess.add_argument(
        "--forcer", action="store_true", help="accepter un fichier plus ancien, ou qui ferme beaucoup d'établissements"
    )
    finess.set_defaults(run=run_import)
    groups = kinds.add_parser(
        "regroupement",
        help="territoires de santé, catégories de besoins, filières (CSV, format dans docs/SERVEUR.md)",
        description="Remplace les listes des genres que le fichier contient. Une ligne fausse fait refuser le fichier.",
    )
    groups.add_argument("fichier", type=Path, metavar="FILE", nargs="?", help="genre;code;libelle;critere;valeur")
    groups.add_argument(
        "--officiel",
        action="store_true",
        help="les territoires de santé de la nomenclature nationale dont le libellé dit les départements",
    )
    _add_database(groups)
    groups.set_defaults(run=run_groups)
    places = kinds.add_parser(
        "communes",
        help="où sont les communes, pour les distances de la Recherche (CSV : code, latitude, longitude)",
        description="Complète ou remplace les coordonnées des communes. Une ligne fausse fait refuser le fichier.",
    )
    places.add_argument("fichier", type=Path, metavar="FILE", help="CSV de l'IGN, de l'INSEE ou de data.gouv")
    _add_database(places)
    places.set_defaults(run=run_communes)
    lists = kinds.add_parser(
        "nomenclature",
        help="une liste de codes du ROR : CodeSystem ou ValueSet FHIR (JSON), ou CSV (code, libelle, retire)",
        description="Remplace une liste. Un code qu'elle n'a plus reste lisible où il est, et n'est plus proposé.",
    )
    lists.add_argument("fichier", type=Path, metavar="FILE", help="fichier FHIR (JSON) ou CSV")
    lists.add_argument("--nom", metavar="NOM", help="nom de la liste, par exemple JDV_J16 ; sinon lu dans le fichier")
    _add_database(lists)
    lists.set_defaults(run=run_list)
    models = kinds.add_parser(
        "modele",
        help="un modèle de saisie du ROR : Questionnaire FHIR (JSON), ou sa forme condensée",
        description="Dit quels champs demander et quels codes proposer, pour quels types d'UO ou quelles structures."
        " Remplace le modèle du même nom.",
    )
    models.add_argument("fichier", type=Path, metavar="FILE", nargs="?", help="fichier JSON")
    models.add_argument(
        "--genre",
        choices=["ej", "eg", "pole", "service", "uf", "uo"],
        action="append",
        default=[],
        help="ce que décrit un Questionnaire de sujet Organization qui ne le dit pas (répétable)",
    )
    models.add_argument("--lister", action="store_true", help="dire quels modèles sont là")
    _add_database(models)
    models.set_defaults(run=run_model)


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        default=os.environ.get("ROR_DATABASE", "ror.db"),
        metavar="URL",
        help="postgresql://… ou le chemin d'un fichier SQLite (ROR_DATABASE ; par défaut ror.db)",
    )


def run_import(args: argparse.Namespace) -> int:
    """Import a FINESS file.

    Args:
        args: `fichier`, `database`, `rapport`, `forcer`.

    Returns:
        0 done, 1 the database failed, 2 the file or the command is refused, 130 interrupted; nothing is half-written.
    """
    from ror_server.imports.command import run  # the other commands start without it

    return run(args.fichier, args.database, args.rapport, force=args.forcer)


def run_groups(args: argparse.Namespace) -> int:
    """Import lists of groups.

    Args:
        args: `fichier` or `officiel`, `database`.

    Returns:
        0 done, 1 the database failed, 2 the file or the command is refused; nothing is half-written.
    """
    from ror_server.imports.regroupement import run  # the other commands start without it
    from ror_server.imports.whole import REFUSED

    if args.officiel == bool(args.fichier):
        print("Donnez un fichier, ou --officiel.", file=sys.stderr)
        return REFUSED
    return run(args.fichier, args.database)


def run_communes(args: argparse.Namespace) -> int:
    """Import where communes are.

    Args:
        args: `fichier`, `database`.

    Returns:
        0 done, 1 the database failed, 2 the file is refused; nothing is half-written.
    """
    from ror_server.imports.communes import run  # the other commands start without it

    return run(args.fichier, args.database)


def run_list(args: argparse.Namespace) -> int:
    """Import a list of codes.

    Args:
        args: `fichier`, `nom`, `database`.

    Returns:
        0 done, 1 the database failed, 2 the file is refused; nothing is half-written.
    """
    from ror_server.imports.nomenclature import run  # the other commands start without it

    return run(args.fichier, args.database, args.nom)


def run_model(args: argparse.Namespace) -> int:
    """Import a modèle de saisie, or list those that are there.

    Args:
        args: `fichier` or `lister`, `genre`, `database`.

    Returns:
        0 done, 1 the database failed, 2 the file or the command is refused; nothing is half-written.
    """
    from ror_server.imports.modele import listed, run  # the other commands start without it
    from ror_server.imports.whole import REFUSED
    from ror_tui.api_client.models import Kind

    if args.lister == bool(args.fichier):
        print("Donnez un fichier, ou --lister.", file=sys.stderr)
        return REFUSED
    return (
        listed(args.database) if args.lister else run(args.fichier, args.database, [Kind(kind) for kind in args.genre])
    )
