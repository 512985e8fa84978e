import type { PortalTexts } from './texts.ts'

export const fr: PortalTexts = {
  'notice-subject': 'Un changement dans votre manière de vous connecter',
  'notice-hello': 'Bonjour {user},',
  'notice-added': 'Nouveau moyen de connexion : {what}.',
  'notice-removed': 'Moyen de connexion supprimé : {what}.',
  'notice-renamed': 'Moyen de connexion renommé : {what}.',
  'notice-phone-changed': 'Code PIN ou second numéro modifié : {what}.',
  'notice-default-changed': 'Ce qui vous est demandé en premier a été modifié.',
  'notice-password-changed': 'Votre mot de passe a été modifié.',
  'notice-code-made':
    'Un code a été créé pour vous. Il permet de configurer un nouveau moyen de connexion, jusqu’au {until}.',
  'notice-unlocked': 'Votre connexion a été déverrouillée.',
  'notice-blocked': 'Votre connexion a été bloquée.',
  'notice-bypass-given': 'Votre mot de passe seul suffit pour vous connecter, jusqu’au {until}.',
  'notice-bypass-ended': 'Votre mot de passe seul ne suffit plus pour vous connecter.',
  'notice-reset': 'Tous vos moyens de connexion ont été supprimés.',
  'notice-recovery-code-used':
    'L’un de vos codes de secours a servi à ouvrir vos paramètres de connexion.',
  'notice-phone-silent':
    'Un de vos téléphones n’a affiché aucune de vos trois dernières connexions. Un autre moyen vous est proposé d’abord, jusqu’à ce que vous ouvriez la page du téléphone sur cet appareil.',
  'notice-prompts-paused':
    'Trois demandes de connexion à {gateway} n’ont pas été approuvées. Nous ne demandons plus rien depuis cet endroit jusqu’au {until}. Les codes que vous saisissez fonctionnent toujours.',
  'notice-reported': 'Vous avez signalé qu’une connexion n’était pas la vôtre.',
  'notice-change-reported': 'Vous avez signalé qu’un changement ne venait pas de vous.',
  'notice-reported-prompts':
    'Les appels et messages de connexion sont arrêtés jusqu’à ce que votre assistance les rétablisse. Changez votre mot de passe.',
  'notice-reported-account':
    'Vous ne pourrez plus vous connecter avant que votre assistance ne débloque votre connexion.',
  'notice-more': 'Autres changements dans votre manière de vous connecter : {count}.',
  'notice-when': 'Quand : {when}',
  'notice-by-helpdesk': 'C’est votre assistance qui l’a fait.',
  'notice-not-you': 'Si ce n’était pas vous, appelez tout de suite {helpdesk}.',
  'notice-not-asked': 'Si vous ne l’avez pas demandé, appelez tout de suite {helpdesk}.',
  'notice-helpdesk': 'votre assistance',
  'notice-portal': 'Voir tous vos moyens de connexion : {portal}',
  'notice-manager-subject': 'Un code de connexion pour {user}',
  'notice-manager-code':
    'Votre assistance a créé un code pour {user}, qui fait partie de votre équipe. Avec ce code et le mot de passe, on peut configurer un nouveau moyen de connexion. Il est valable jusqu’au {until}.',
  'notice-manager-doubt':
    'Si {user} n’en a pas besoin, ou si quelqu’un d’autre a pu le demander, appelez tout de suite {helpdesk}.',
  'notice-what-totp': 'une application qui affiche des codes',
  'notice-what-hotp': 'un jeton qui affiche des codes',
  'notice-what-sms': 'SMS au {to}',
  'notice-what-call': 'appels au {to}',
  'notice-what-email': 'e-mail à {to}',
  'notice-what-recovery': 'codes de secours',
  'notice-what-push': 'un téléphone qui approuve les connexions',
  'notice-what-passkey': 'une clé d’accès',
  'alert-subject': '{user} signale une connexion qui n’était pas la sienne',
  'alert-subject-change': '{user} signale un changement qui n’était pas le sien',
  'alert-reported-call':
    '{user} a appuyé sur 0# pendant un appel, car quelqu’un d’autre se connecte sous son nom.',
  'alert-reported-portal':
    '{user} a signalé sur le portail qu’une connexion n’était pas la sienne.',
  'alert-reported-change':
    '{user} a signalé sur un téléphone qu’un changement de ses moyens de connexion venait de quelqu’un d’autre.',
  'alert-change': 'Le changement : {text}',
  'alert-change-details': 'Tous les changements : holdfast audit search --user {user}',
  'alert-gateway': 'Passerelle : {gateway}',
  'alert-from': 'Depuis : {from}',
  'alert-details': 'Détails : holdfast why {id}',
  'alert-stopped-prompts':
    'Les appels et messages à {user} sont arrêtés. Les codes saisis sont toujours acceptés. Pour les rétablir : holdfast user unlock {user}',
  'alert-stopped-account': 'Le compte est bloqué. Pour le débloquer : holdfast user unlock {user}',
  'alert-stopped-gateway':
    'Cette passerelle ne fait pas vérifier les mots de passe par Holdfast. Elle ne peut plus appeler personne ni envoyer de messages. Pour le permettre à nouveau : holdfast user unlock gateway:{gateway}',
  'alert-stopped-nothing':
    'Rien n’a été bloqué : le mot de passe n’était pas connu, ou le signalement reposait sur un second facteur faible.',
  'alert-stopped-not-yet':
    'RIEN N’EST ENCORE BLOQUÉ, car le stockage est en panne. Holdfast réessaie jusqu’à ce que cela marche. Désactivez dès maintenant le compte dans l’annuaire.',
  'alert-more': 'Autres signalements de cette personne : {count}.',
  'alert-next':
    'Quelqu’un connaît peut-être le mot de passe. Appelez {user} et demandez-lui. Si c’était quelqu’un d’autre, changez d’abord le mot de passe, et débloquez seulement ensuite.',
  'secret-seen-portal':
    'Un administrateur a vu la clé secrète de votre application ou de votre jeton : vous ne pouvez donc pas l’utiliser ici. Configurez le vôtre sur {portal}',
  'not-enrolled-portal':
    'Aucun téléphone ni aucune application n’est configuré pour vous connecter. Faites-le sur {portal}',
  'recent-accepted': 'Connexion réussie.',
  'recent-password': 'Refusée : le nom ou le mot de passe était incorrect.',
  'recent-code': 'Refusée : le code était incorrect, ou aucun n’a été saisi.',
  'recent-not-approved': 'Refusée : elle n’a pas été approuvée.',
  'recent-not-answered': 'Refusée : personne n’a répondu à temps.',
  'recent-reported': 'Refusée : elle a été signalée comme n’étant pas la vôtre.',
  'recent-locked': 'Refusée : votre connexion était verrouillée ou bloquée.',
  'recent-not-allowed': 'Refusée : la connexion n’y est pas autorisée.',
  'recent-not-enrolled': 'Refusée : rien d’utilisable à cet endroit n’était configuré.',
  'recent-expired': 'Refusée : votre mot de passe ou votre compte a expiré.',
  'recent-another': 'Refusée : une autre de vos connexions était ouverte.',
  'recent-failed': 'Échec pour une raison technique.',
  'recent-set-up':
    'Le mot de passe était bon. Rien n’était encore configuré : la configuration pouvait commencer.',
  'recent-portal': 'Portail libre-service',
  'recent-portal-of': 'Portail libre-service ({company})',
  'password-old-wrong': 'Votre mot de passe actuel n’est pas correct. Rien n’a été modifié.',
  'password-try-later':
    'Votre mot de passe ne peut pas être modifié en ce moment. Réessayez plus tard.',
}
