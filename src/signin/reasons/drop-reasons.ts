/**
 * Every request that gets no answer: silence is right on the wire, and never without a name. What a known gateway has
 * proven to be its own gets an answer (RULES 13). The exceptions are a NAS-Identifier that chooses no gateway,
 * overload, duplicates, and a server that stops or fails: there the gateway should ask its next server.
 */
type DropEntry = { readonly meaning: string; readonly remedy: string }

export const dropReasons = {
  'gateway-unknown': {
    meaning: 'The packet came from an address that is not a gateway.',
    remedy: 'Add the address to gateways, or find out who sends.',
  },
  'nas-identifier-unknown': {
    meaning: 'Gateways at this address are told apart by NAS-Identifier, and none has this one.',
    remedy: 'Add it, or a gateway with nas_identifier: "*".',
  },
  'packet-malformed': {
    meaning: 'The bytes are not a RADIUS packet.',
    remedy: 'Look at what sends to this port.',
  },
  'length-wrong': {
    meaning: 'The datagram is shorter than its Length says, or Length is below 20 or above 4096.',
    remedy: 'Look at what sends to this port, and for fragments lost on the way.',
  },
  'code-unexpected': {
    meaning:
      'The packet is of a kind that Holdfast does not serve, such as CoA-Request or Disconnect-Request. The detail has its code.',
    remedy: 'Look at what sends to this port.',
  },
  'accounting-to-sign-in-port': {
    meaning: 'An Accounting-Request came to a port of listen, where sign-ins arrive.',
    remedy:
      'On the gateway, set the accounting port to that of accounting.listen, mostly 1813. If the configuration has no accounting, add it, or switch accounting off on the gateway.',
  },
  'sign-in-to-accounting-port': {
    meaning: 'An Access-Request came to a port of accounting.listen.',
    remedy: 'On the gateway, set the authentication port to that of listen, mostly 1812.',
  },
  'request-authenticator-wrong': {
    meaning:
      'The Request Authenticator of the Accounting-Request does not fit: the shared secrets differ.',
    remedy:
      'Set the same shared secret on both sides. Many gateways have one for accounting of its own.',
  },
  'accounting-invalid': {
    meaning:
      'The Accounting-Request has no Acct-Status-Type, or it has an attribute that RFC 2866 forbids there, such as User-Password. The detail says which.',
    remedy: 'Update the gateway, or switch accounting off there.',
  },
  'accounting-overload': {
    meaning:
      'More Accounting-Requests wait to be stored than there is room for, in total or for this gateway. Sign-ins are not affected.',
    remedy:
      'Raise the interval of interim updates on the gateways. If there are few, look at the disk.',
  },
  'accounting-full': {
    meaning:
      'As many accounting records are kept as accounting.max_records allows. One gateway can have half of them at most.',
    remedy:
      'Raise the interval of interim updates on the gateway, or raise accounting.max_records.',
  },
  'accounting-not-stored': {
    meaning: 'The record could not be stored, so it gets no answer. The gateway sends it again.',
    remedy: 'Run holdfast check and look at the disk.',
  },
  'message-authenticator-missing': {
    meaning: 'The gateway sends no Message-Authenticator, but it is required (CVE-2024-3596).',
    remedy:
      'Update the gateway or switch it on there. Until then message_authenticator: learn, for single addresses; where nas_identifier chooses the gateway it has to be sent.',
  },
  'message-authenticator-wrong': {
    meaning: 'Message-Authenticator does not fit: the shared secrets differ.',
    remedy: 'Set the same shared secret on both sides.',
  },
  'message-authenticator-repeated': {
    meaning: 'The packet carries Message-Authenticator more than once.',
    remedy: 'Look for a proxy on the way that adds a second one.',
  },
  'proxy-state-refused': {
    meaning: 'Proxy-State without Message-Authenticator is the way of the BlastRADIUS attack.',
    remedy: 'Make the proxy send Message-Authenticator.',
  },
  'eap-out-of-turn': {
    meaning:
      'Another EAP packet came while the one before it was being worked on, or after it was answered. That one goes on.',
    remedy: 'Nothing; look at the gateway if it happens often.',
  },
  'too-many-open': {
    meaning: 'More sign-ins are open than allowed, for this gateway or in total.',
    remedy: 'Find the source of the flood; if there is none, raise limits.open_sign_ins.',
  },
  'too-many-hashes': {
    meaning:
      'Too many passwords of people in the configuration wait to be checked. Each check takes a slow hash (scrypt), and two run at once.',
    remedy:
      'Find the source of the flood: the log has the gateway and the device. The gateway asks again or asks its next server.',
  },
  'no-time-left': {
    meaning: 'The answer would come after the gateway has given up.',
    remedy: 'Raise the gateway’s timeout, or make what it waits for faster.',
  },
  'directory-down-silent': {
    meaning:
      'The directory is down and the gateway is set to be left without answer, so that it tries its next server.',
    remedy: 'Run holdfast check.',
  },
  abandoned: {
    meaning: 'The gateway reused the identifier: it has given up on this request.',
    remedy: 'Nothing; raise patience on the gateway if it happens often.',
  },
  stopping: {
    meaning: 'The service is stopping and on_stop is silent.',
    remedy: 'Nothing; the gateway asks the next server.',
  },
  'store-away': {
    meaning:
      'No server of the database has answered for a minute. Status-Server is not answered, so that gateways ask their next server.',
    remedy: 'Look at the servers under store.postgresql. The log says why they are not used.',
  },
  'declared-dead': {
    meaning:
      'The other nodes had declared this process dead, so it may no longer act on the sign-ins that it held.',
    remedy:
      'The gateway asks the next server. If this happens often, look at the load of this machine and the network to the database.',
  },
  'internal-error': {
    meaning: 'A mistake in Holdfast itself. The log has the details.',
    remedy: 'Report it with the log lines of this attempt.',
  },
} as const satisfies Record<string, DropEntry>
