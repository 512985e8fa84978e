import type { PortalTexts } from './texts.ts'

export const es: PortalTexts = {
  'notice-subject': 'Un cambio en su forma de iniciar sesión',
  'notice-hello': 'Hola, {user}:',
  'notice-added': 'Nueva forma de iniciar sesión: {what}.',
  'notice-removed': 'Forma de iniciar sesión eliminada: {what}.',
  'notice-renamed': 'Forma de iniciar sesión con otro nombre: {what}.',
  'notice-phone-changed': 'PIN o segundo número cambiado: {what}.',
  'notice-default-changed': 'Ha cambiado lo que se le pide primero.',
  'notice-password-changed': 'Se ha cambiado su contraseña.',
  'notice-code-made':
    'Se ha creado un código para usted. Con él se puede configurar una nueva forma de iniciar sesión, hasta el {until}.',
  'notice-unlocked': 'Se ha desbloqueado su inicio de sesión.',
  'notice-blocked': 'Se ha bloqueado su inicio de sesión.',
  'notice-bypass-given': 'Su contraseña sola basta para iniciar sesión, hasta el {until}.',
  'notice-bypass-ended': 'Su contraseña sola ya no basta para iniciar sesión.',
  'notice-reset': 'Se han eliminado todas sus formas de iniciar sesión.',
  'notice-recovery-code-used':
    'Se ha usado uno de sus códigos de recuperación para abrir sus ajustes de inicio de sesión.',
  'notice-phone-silent':
    'Uno de sus teléfonos no ha mostrado ninguno de sus tres últimos inicios de sesión. Se le pregunta primero de otra forma, hasta que abra en ese teléfono la página del teléfono.',
  'notice-prompts-paused':
    'No se han aprobado tres solicitudes para iniciar sesión en {gateway}. No preguntaremos nada más desde allí hasta el {until}. Los códigos que escriba siguen valiendo.',
  'notice-reported': 'Usted ha comunicado que un inicio de sesión no era suyo.',
  'notice-change-reported': 'Usted ha comunicado que un cambio no era suyo.',
  'notice-reported-prompts':
    'Las llamadas y los mensajes para iniciar sesión se detienen hasta que su servicio de asistencia los permita de nuevo. Cambie su contraseña.',
  'notice-reported-account':
    'No podrá iniciar sesión hasta que su servicio de asistencia se la desbloquee.',
  'notice-more': 'Otros cambios en su forma de iniciar sesión: {count}.',
  'notice-when': 'Cuándo: {when}',
  'notice-by-helpdesk': 'Lo ha hecho su servicio de asistencia.',
  'notice-not-you': 'Si no ha sido usted, llame enseguida a {helpdesk}.',
  'notice-not-asked': 'Si no lo ha pedido, llame enseguida a {helpdesk}.',
  'notice-helpdesk': 'su servicio de asistencia',
  'notice-portal': 'Vea todas sus formas de iniciar sesión: {portal}',
  'notice-manager-subject': 'Un código de inicio de sesión para {user}',
  'notice-manager-code':
    'Su servicio de asistencia ha creado un código para {user}, que forma parte de su equipo. Con él y la contraseña se puede configurar una nueva forma de iniciar sesión. El código es válido hasta el {until}.',
  'notice-manager-doubt':
    'Si {user} no lo necesita, o si puede haberlo pedido otra persona, llame enseguida a {helpdesk}.',
  'notice-what-totp': 'una aplicación que muestra códigos',
  'notice-what-hotp': 'un token que muestra códigos',
  'notice-what-sms': 'SMS al {to}',
  'notice-what-call': 'llamadas al {to}',
  'notice-what-email': 'correo a {to}',
  'notice-what-recovery': 'códigos de recuperación',
  'notice-what-push': 'un teléfono que aprueba inicios de sesión',
  'notice-what-passkey': 'una clave de acceso',
  'alert-subject': '{user} comunica un inicio de sesión que no era suyo',
  'alert-subject-change': '{user} comunica un cambio que no era suyo',
  'alert-reported-call':
    '{user} pulsó 0# en una llamada, porque otra persona inicia sesión con su nombre.',
  'alert-reported-portal': '{user} comunicó en el portal que un inicio de sesión no era suyo.',
  'alert-reported-change':
    '{user} comunicó en un teléfono que un cambio en su forma de iniciar sesión no era suyo.',
  'alert-change': 'El cambio: {text}',
  'alert-change-details': 'Todos los cambios: holdfast audit search --user {user}',
  'alert-gateway': 'Pasarela: {gateway}',
  'alert-from': 'Desde: {from}',
  'alert-details': 'Detalles: holdfast why {id}',
  'alert-stopped-prompts':
    'Las llamadas y los mensajes a {user} se han detenido. Los códigos que escriba siguen valiendo. Para permitirlos de nuevo: holdfast user unlock {user}',
  'alert-stopped-account':
    'La cuenta está bloqueada. Para desbloquearla: holdfast user unlock {user}',
  'alert-stopped-gateway':
    'Esta pasarela no comprueba las contraseñas con Holdfast. Ya no puede llamar ni enviar mensajes a nadie. Para permitirlo de nuevo: holdfast user unlock gateway:{gateway}',
  'alert-stopped-nothing':
    'No se ha bloqueado nada: no se conocía la contraseña, o el aviso se dio con un segundo factor débil.',
  'alert-stopped-not-yet':
    'TODAVÍA NO SE HA BLOQUEADO NADA, porque falla el almacén. Holdfast lo intenta hasta que funcione. Desactive ahora la cuenta en el directorio.',
  'alert-more': 'Otros avisos de esta persona: {count}.',
  'alert-next':
    'Es posible que alguien conozca la contraseña. Llame a {user} y pregunte. Si fue otra persona, cambie primero la contraseña y solo después desbloquee.',
  'secret-seen-portal':
    'Un administrador ha visto la clave secreta de su aplicación o token, así que no puede usarlo aquí. Configure algo propio en {portal}',
  'not-enrolled-portal':
    'No tiene ningún teléfono ni aplicación para iniciar sesión. Configúrelo en {portal}',
  'recent-accepted': 'Sesión iniciada.',
  'recent-password': 'Rechazado: el nombre o la contraseña no eran correctos.',
  'recent-code': 'Rechazado: el código no era correcto, o no se escribió ninguno.',
  'recent-not-approved': 'Rechazado: no se aprobó.',
  'recent-not-answered': 'Rechazado: nadie respondió a tiempo.',
  'recent-reported': 'Rechazado: se comunicó que no era suyo.',
  'recent-locked': 'Rechazado: su inicio de sesión estaba bloqueado.',
  'recent-not-allowed': 'Rechazado: no está permitido iniciar sesión ahí.',
  'recent-not-enrolled': 'Rechazado: no había nada configurado que se pueda usar ahí.',
  'recent-expired': 'Rechazado: su contraseña o su cuenta ha caducado.',
  'recent-another': 'Rechazado: otro inicio de sesión suyo estaba abierto.',
  'recent-failed': 'Falló por un motivo técnico.',
  'recent-set-up':
    'La contraseña era correcta. Aún no había nada configurado, así que la configuración podía empezar.',
  'recent-portal': 'Portal de autoservicio',
  'recent-portal-of': 'Portal de autoservicio ({company})',
  'password-old-wrong': 'Su contraseña actual no es correcta. No se ha cambiado nada.',
  'password-try-later': 'Su contraseña no se puede cambiar ahora. Inténtelo más tarde.',
}
