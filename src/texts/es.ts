import { es as enrolment } from './enrolment/es.ts'
import type { Language } from './language.ts'
import { es as portal } from './portal/es.ts'

export const es: Language = {
  ...portal,
  ...enrolment,
  denied:
    'No se pudo iniciar sesión. Compruebe su nombre, contraseña y código, y vuelva a intentarlo.',
  unavailable: 'Ahora no es posible iniciar sesión. Vuelva a intentarlo en unos minutos.',
  'not-enrolled':
    'Todavía no tiene un teléfono o una aplicación configurados. Consulte a su servicio de asistencia.',
  'secret-seen':
    'Un administrador ha visto la clave secreta de su aplicación o token, así que no puede usarlo aquí. Consulte a su servicio de asistencia.',
  'no-method': 'Esta conexión no puede pedirle el código. Consulte a su servicio de asistencia.',
  'digits-missing':
    'Detrás de su contraseña, escriba "{delimiter}" y {count} cifras a su elección. Después abra {to} en su teléfono y escriba allí las mismas cifras.',
  'prompt-refused': 'No se aprobó el inicio de sesión.',
  'prompt-timeout': 'El inicio de sesión no se aprobó a tiempo. Vuelva a intentarlo.',
  'prompt-no-answer': 'No contestó al teléfono. Vuelva a intentarlo.',
  'prompt-busy': 'Su teléfono estaba ocupado. Vuelva a intentarlo.',
  'prompt-failed':
    'No pudimos contactar con su teléfono. Vuelva a intentarlo o consulte a su servicio de asistencia.',
  'prompt-limit': 'Ha recibido demasiadas llamadas y mensajes. Vuelva a intentarlo más tarde.',
  'prompts-paused':
    'No ha aprobado tres solicitudes. Por eso no le preguntaremos desde aquí durante {minutes} minutos. Para que volvamos a preguntarle ahora, abra {page}.',
  'another-open':
    'Ya tiene otro inicio de sesión abierto. Termínelo, o espere {seconds} segundos e inicie sesión de nuevo.',
  interrupted: 'El inicio de sesión se interrumpió. Vuelva a intentarlo en un momento.',
  'next-code':
    'Acabamos de cambiar de servidor, por eso este código no vale. Espere un minuto e inicie sesión con un código nuevo.',
  'shutting-down': 'El servicio se está reiniciando. Vuelva a intentarlo en un momento.',
  'password-expired': 'Su contraseña ha caducado. Cámbiela y vuelva a iniciar sesión.',
  'password-change-too-soon':
    'Ha cambiado su contraseña hace poco y todavía no puede cambiarla otra vez. Consulte a su servicio de asistencia.',
  'password-change-unclear':
    'No sabemos si su contraseña se ha cambiado. Inicie sesión con la nueva; si no funciona, con la antigua.',
  'password-not-changed':
    'Su contraseña no se ha cambiado. Vuelva a iniciar sesión o consulte a su servicio de asistencia.',
  'account-unavailable':
    'Su cuenta no se puede usar en este momento. Consulte a su servicio de asistencia.',
  'reply-too-large':
    'No se pudo iniciar sesión por un ajuste de nuestro sistema. Avise a su servicio de asistencia.',
  'enter-code': 'Escriba el código de su aplicación o de su token.',
  'enter-code-paused':
    'No ha aprobado tres solicitudes, así que ahora no preguntamos en su teléfono. Escriba un código de su teléfono, aplicación o token.',
  'enter-code-sms': 'Escriba el código que enviamos por SMS al {to}.',
  'enter-code-call': 'Escriba el código que oye en la llamada a {to}.',
  'enter-code-email': 'Escriba el código que enviamos por correo a {to}.',
  'approve-then-enter':
    'Apruebe el inicio de sesión en su teléfono {to} y después pulse Intro aquí.',
  'approve-number-then-enter':
    'Su número es {number}. Abra {to} en su teléfono, escríbalo allí y pulse Intro aquí.',
  'approve-page-then-enter':
    'Abra {to} en su teléfono y apruebe allí el inicio de sesión. Después pulse Intro aquí.',
  'wrong-code-again': 'Ese código no es correcto. Vuelva a intentarlo.',
  'enter-again': 'Nuestro servidor no ha respondido. Vuelva a escribirlo.',
  'wait-for-next-code':
    'Acabamos de cambiar de servidor. Espere un minuto y escriba un código nuevo.',
  'new-password': 'Su contraseña ha caducado. Escriba una contraseña nueva.',
  'new-password-again': 'Escriba la contraseña nueva otra vez.',
  'new-passwords-differ': 'Las dos contraseñas no eran iguales. Escriba una contraseña nueva.',
  'new-password-short':
    'Esa contraseña es demasiado corta: necesita al menos {count} caracteres. Escriba otra.',
  'new-password-long':
    'Esa contraseña es demasiado larga: puede tener {count} caracteres, y menos con letras como ñ. Escriba otra.',
  'new-password-simple':
    'Esa contraseña es demasiado sencilla. Mezcle mayúsculas, minúsculas, cifras y signos, sin su nombre. Escriba otra.',
  'new-password-refused':
    'Esa contraseña no está permitida: ya la ha usado, o es demasiado fácil de adivinar. Escriba otra.',
  menu: '¿Cómo quiere iniciar sesión? Escriba un número: {options}.',
  'menu-sms': 'SMS al {to}',
  'menu-call': 'llamada al {to}',
  'menu-email': 'correo a {to}',
  'menu-push': 'su teléfono, en {to}',
  'menu-passkey': 'clave de acceso, en {to}',
  'menu-or-code': 'O escriba el código de su aplicación o de su token.',
  'sms-code': '{code} es su clave para entrar en {gateway}. No se la dé a nadie.',
  'bell-change-title': 'Su inicio de sesión ha cambiado',
  'bell-change-text': 'Toque para ver qué ha cambiado. Si no fue usted, avísenos ahí.',
  'bell-title': 'Hay un inicio de sesión en espera',
  'bell-text': 'Toque para verlo. Si no está iniciando sesión, avísenos ahí.',
  'new-device-subject': 'Se ha admitido un dispositivo nuevo en {gateway}',
  'new-device':
    'Se ha admitido un dispositivo nuevo ({device}) en {gateway} con su nombre. Si no ha sido usted, avise enseguida a su servicio de asistencia.',
  'email-subject': 'Su código para entrar en {gateway}',
  'email-code':
    '{code} es su código para entrar en {gateway}.\n\nNo se lo dé a nadie. Si no está iniciando sesión, puede que alguien conozca su contraseña: avise a su servicio de asistencia.',
  'call-approve':
    'Hola, {user}. Alguien está iniciando sesión con su nombre en {gateway}, desde {from}. Si es usted, pulse la tecla almohadilla. Si no, pulse cero.',
  'call-approve-pin':
    'Hola, {user}. Alguien está iniciando sesión con su nombre en {gateway}, desde {from}. Si es usted, marque su PIN y después la tecla almohadilla. Si no, marque cero y después la tecla almohadilla.',
  'call-fraud-confirm':
    'Va a comunicar que otra persona usa su nombre. Para confirmar, pulse la tecla almohadilla. Para volver, pulse otra tecla.',
  'call-approved': 'Gracias. Ha iniciado sesión. Adiós.',
  'call-fraud': 'Gracias. Hemos bloqueado el inicio de sesión y hemos dado aviso. Adiós.',
  'call-not-approved': 'No se aprobó el inicio de sesión. Adiós.',
  'call-wrong-pin': 'Ese PIN no es correcto.',
  'call-ended': 'Este inicio de sesión ha terminado. Adiós.',
  'call-code': 'Su código es: {code}. Repito: {code}. Adiós.',
  'call-sign-in-again': 'Gracias. Se agotó el tiempo. Vuelva a iniciar sesión ahora mismo. Adiós.',
  'unknown-gateway': 'un servicio desconocido',
  'unknown-place': 'un lugar desconocido',
  'portal-passkey-wrong': 'Esta clave de acceso no vale aquí. Empiece de nuevo o elija otra forma.',
  'portal-step-ended': 'Ha tardado demasiado o ya se ha hecho. Empiece de nuevo.',
  'portal-other-authenticator':
    'Ese código es correcto, pero es de un dispositivo distinto del que quería probar.',
}
