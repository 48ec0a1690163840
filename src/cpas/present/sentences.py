"""The sentences of a report, and the small words beside its numbers; English and French."""

from __future__ import annotations

from typing import Final

__all__ = ["SENTENCES"]

_BESIDE: Final = {
    "beside_path": ("due", "dû"),
    "beside_coverage": ("coverage", "couverture"),
    "beside_dispersion": ("spread", "écart"),
    "beside_worst": ("worst", "pire"),
    "beside_reported": ("reported", "rapporté"),
    "beside_delivery_reported": ("delivery reported", "exécution rapportée"),
    "beside_evidence": ("evidence", "éléments"),
    "beside_better": ("better:", "souhaité :"),
    "beside_raw": ("unclipped", "brut"),
    "beside_judged": ("judged", "jugé"),
    "of": ("of", "sur"),
    "was": ("from", "de"),
    "since": ("since", "depuis"),
}
_NOTES: Final = {
    "made_how": (
        "Plan {plan} · {period} · {place} · data as known: {as_of} · {coverage} · methodology {method} · "
        "cpas {version} · content {hash}",
        "Plan {plan} · {period} · {place} · données connues : {as_of} · {coverage} · méthodologie {method} · "
        "cpas {version} · contenu {hash}",
    ),
    "answered_of": (
        "{answered} of {due} scorable indicators due have a value",
        "{answered} des {due} indicateurs notables attendus ont une valeur",
    ),
    "no_cut_off": (
        "no cut-off given; rows carry no time of recording",
        "aucune date limite ; lignes sans date de saisie",
    ),
    "no_cut_off_until": (
        "no cut-off given; latest row recorded on {day}",
        "aucune date limite ; dernière ligne saisie le {day}",
    ),
    "missing": ("missing ({reason})", "manquant ({reason})"),
    "withheld": ("withheld", "non communiqué"),
    "withheld_one": (
        "{number} value withheld: above '{ceiling}'",
        "{number} valeur non communiquée : au-dessus de « {ceiling} »",
    ),
    "withheld_many": (
        "{number} values withheld: above '{ceiling}'",
        "{number} valeurs non communiquées : au-dessus de « {ceiling} »",
    ),
    "withheld_indicators": ("indicators", "indicateurs"),
    "withheld_progress": ("progress of elements", "progrès d’éléments"),
    "withheld_delivery": ("delivery of elements", "exécution d’éléments"),
    "withheld_contributions": ("judgements of contribution", "jugements de contribution"),
    "withheld_judgements": ("judgements", "jugements"),
    "withheld_evidence": ("items of evidence", "éléments de preuve"),
    "withheld_recommendations": ("recommendations", "recommandations"),
    "withheld_stances": ("stances", "positions"),
    "withheld_context": (
        "assumptions, harm risks, drivers, stakeholders",
        "hypothèses, préjudices, facteurs, parties prenantes",
    ),
    "withheld_remarks": ("remarks", "remarques"),
    "everywhere": ("all places", "tous les lieux"),
    "per_day": ("{} per day", "{} par jour"),
    "points": ("points", "points"),
    "goalpost_worst": ("worst goalpost", "borne la pire"),
    "goalpost_best": ("best goalpost", "borne la meilleure"),
    "band": ("{low} to {high}", "{low} à {high}"),
    "yes": ("yes", "oui"),
    "no": ("no", "non"),
    "not_judged": ("not judged", "non jugée"),
    "change_theirs": ("theirs", "le leur"),
    "change_not_theirs": ("bears on it", "y pèse"),
    "outside_plan": ("outside the plan", "hors plan"),
    "brief_objective": ("Objectives", "Objectifs"),
    "brief_outcome": ("Outcomes", "Effets"),
    "brief_output": ("Outputs", "Produits"),
    "brief_coverage": ("Coverage", "Couverture"),
    "brief_data": ("Data", "Données"),
    "brief_remarks": (
        "remarks that are more than notes: {number}; see the chapter on data",
        "remarques plus graves que des notes : {number} ; voir le chapitre sur les données",
    ),
    "no_elements": ("The plan has no objectives or outcomes.", "Le plan n’a ni objectifs ni effets."),
    "no_indicators": ("No indicator measures {of}.", "Aucun indicateur ne mesure {of}."),
    "none_open": ("None is open from earlier assessments.", "Aucune n’est ouverte depuis une évaluation précédente."),
    "none_new": ("This assessment recommends nothing new.", "Cette évaluation ne recommande rien de nouveau."),
    "recommendations_summary": (
        "{all} in all: {decided} decided, {accepted} of them accepted at least in part; {done} done; {overdue} overdue "
        "on {day}.",
        "{all} au total : {decided} décidées, dont {accepted} acceptées au moins en partie ; {done} terminées ; "
        "{overdue} échues le {day}.",
    ),
    "told_above": ("Outcomes already told above: {ids}.", "Effets déjà présentés plus haut : {ids}."),
    "nobodys_change": (
        "Declared a change of {change}: it is no stakeholder's in particular.",
        "Déclaré changement de {change} : il n’est celui d’aucune partie prenante en particulier.",
    ),
    "stakeholders_withheld": (
        "Stakeholders are not shown to the public.",
        "Les parties prenantes ne sont pas rendues publiques.",
    ),
    "judged_lead": ("{id}, {about} judged: {value}.", "{id}, {about} : jugement « {value} »."),
    "judged_strength": ("strength of evidence: {strength}", "force des éléments : {strength}"),
    "evidence_for": ("What speaks for it", "Ce qui l’appuie"),
    "evidence_against": ("What speaks against it", "Ce qui le contredit"),
    "alternatives": ("Other causes examined", "Autres causes examinées"),
    "no_alternatives": ("No other cause was examined.", "Aucune autre cause n’a été examinée."),
    "dissent": ("Who holds otherwise", "Avis divergents"),
    "no_gaps": ("Nothing that was due is missing.", "Rien de ce qui était attendu ne manque."),
    "no_remarks": ("There are no remarks.", "Il n’y a pas de remarques."),
    "note_three_answers": (
        "Delivery is what the mission did; progress is what indicators show, from 0 at the baseline to 100 at the "
        "target; contribution is judged by people. None of the three is merged with another. Pace is progress divided "
        "by what was due by then. Coverage is the share of the weight that had a value; spread is the best part less "
        "the worst.",
        "L’exécution est ce que la mission a fait ; le progrès est ce que montrent les indicateurs, de 0 à la "
        "référence à 100 à la cible ; la contribution est jugée par des personnes. Aucune des trois n’est mêlée à une "
        "autre. Le rythme est le progrès divisé par ce qui était dû. La couverture est la part du poids qui avait "
        "une valeur ; l’écart est la meilleure partie moins la pire.",
    ),
    "note_activities": (
        "Activities are followed, and never roll up into delivery.",
        "Les activités sont suivies, et n’entrent jamais dans l’exécution.",
    ),
    "note_places": (
        "In the plan's order. Places differ in much that no indicator shows: this is no ranking.",
        "Dans l’ordre du plan. Les lieux diffèrent par bien des choses qu’aucun indicateur ne montre : ce n’est pas un "
        "classement.",
    ),
    "note_comparisons": (
        "Both comparisons are true; they often disagree: name the one you quote. The broken line is the target.",
        "Les deux comparaisons sont vraies ; elles divergent souvent : dites laquelle vous citez. Le trait "
        "discontinu est la cible.",
    ),
    "no_public_indicators": (
        "No indicator may be shown up to '{ceiling}'.",
        "Aucun indicateur ne peut être montré jusqu’à « {ceiling} ».",
    ),
    "objective_lead": ("Objective", "Objectif"),
    "contribution_lead": ("{id}, contribution judged: {value}.", "{id}, contribution : jugement « {value} »."),
    "contribution_none": ("Contribution was not judged.", "La contribution n’a pas été jugée."),
    "contribution_left_out": (
        "What was judged of the mission's contribution is above '{ceiling}' and is left out.",
        "Ce qui a été jugé de la contribution de la mission est au-dessus de « {ceiling} » et n’est pas communiqué.",
    ),
    "no_status": ("without status", "sans statut"),
    "path_lead": ("Path.", "Trajectoire."),
    "path_means": (
        "The score due by then: through the milestones, else on a straight line from 0 at the start of the plan to 100 "
        "at the end of the final target's period, counted in whole periods. It is a yardstick, not a forecast.",
        "La note due à ce moment : par les jalons, sinon en ligne droite de 0 au début du plan à 100 à la fin de la "
        "période de la cible finale, en périodes entières. C’est un repère, non une prévision.",
    ),
    "limits": ("What the numbers must not be used for", "Ce à quoi les chiffres ne doivent pas servir"),
}
_KINDS: Final = {
    "kind_flow": ("adds up", "s’additionne"),
    "kind_stock": (
        "last known over time; adds up over places and groups",
        "dernière valeur connue dans le temps ; s’additionne entre lieux et groupes",
    ),
    "kind_cumulative": (
        "last known over time; a period's own amount is a difference",
        "dernière valeur connue ; le montant d’une période est une différence",
    ),
    "kind_ratio": (
        "sum of numerators over sum of denominators; last over last where the plan says so",
        "somme des numérateurs sur somme des dénominateurs ; dernier sur dernier si le plan le dit",
    ),
    "kind_mean": ("weighted by its base", "pondérée par sa base"),
    "kind_distinct": ("never summed over sets that overlap", "jamais additionné entre ensembles qui se recoupent"),
    "kind_ordinal": ("last, median or worst, as declared", "dernier, médiane ou pire, selon la déclaration"),
    "kind_index": ("not combined: kept as observed", "non combiné : gardé tel qu’observé"),
    "kind_text": ("listed, never computed", "énuméré, jamais calculé"),
}
_LIMITS: Final = {
    "limit_rank": (
        "Not to rank missions, offices, sections or persons: plans and targets differ.",
        "Ne pas classer missions, bureaux, sections ou personnes : plans et cibles diffèrent.",
    ),
    "limit_cause": (
        "Not as proof of cause: a score says how far an indicator moved, not who moved it.",
        "Pas une preuve de cause : une note dit de combien un indicateur a bougé, non qui l’a fait bouger.",
    ),
    "limit_coverage": (
        "Not without coverage and spread: one number for many hides the part that matters.",
        "Pas sans couverture ni écart : un seul nombre pour plusieurs cache la partie qui compte.",
    ),
    "limit_silence": (
        "Not as if silence were peace: a missing value is never a zero.",
        "Le silence n’est pas la paix : une valeur manquante n’est jamais un zéro.",
    ),
    "limit_day": (
        "Not without the day on which the data were known: published figures are revised.",
        "Pas sans la date à laquelle les données étaient connues : les chiffres publiés sont révisés.",
    ),
    "limit_exact": (
        "Not more exactly than it was measured, and not to predict.",
        "Pas plus précisément que la mesure, et pas pour prédire.",
    ),
    "limit_un": (
        "Not as the United Nations' numbers: nothing here was checked against its platform.",
        "Pas comme chiffres des Nations Unies : rien ici n’a été comparé à leur plateforme.",
    ),
    "foot": (
        "Independent software, not endorsed by the United Nations.",
        "Logiciel indépendant, non approuvé par les Nations Unies ; ce n’est pas une notation des Nations Unies. Le "
        "progrès décrit des conditions que de nombreux acteurs façonnent ; il ne mesure la performance d’aucune "
        "mission, section ou personne, et ne doit pas servir à les classer.",
    ),
}

#: Sentences by key: English, French.
SENTENCES: Final[dict[str, tuple[str, str]]] = {**_BESIDE, **_NOTES, **_KINDS, **_LIMITS}
