import type { Preset } from '../preset.ts'

export const openvpn: Preset = {
  title: 'OpenVPN plug-ins, Access Server',
  settings: {
    challenges: {
      value: false,
      from: 'radiusplugin-13',
      because: 'the community plug-in cannot; Access Server can (CRV1)',
    },
    person_specific_device: {
      value: true,
      from: 'openvpn-auth-radius-lab',
      because: 'Calling-Station-Id is the address from which the client connects',
    },
  },
  protocols: [{ value: 'pap', from: 'openvpn-auth-radius-lab' }],
  sending: { atSeconds: [0, 50], givesUpSeconds: 60, from: 'openvpn-auth-radius-lab' },
  timers: [
    {
      text: 'The plug-in waits for the time in wait, sends once more from another port, waits again and gives up.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      text: 'The client gives up after its hand-window: 60 s.',
      from: 'openvpn-auth-radius-lab',
    },
    { text: 'It asks again at each renegotiation, every 3600 s.', from: 'eduvpn-16' },
  ],
  advice: [
    {
      text: 'Write wait=50 into the file of the plug-in. Nothing has to change on the clients then.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      text: 'Write useauthcontrolfile=true there, so that open tunnels go on while one sign-in is held.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      text: 'Write auth-gen-token into the file of the server, so that a renegotiation does not ask for a second factor again.',
      from: 'openvpn-auth-radius-lab',
    },
  ],
  advisedPatience: '50s',
  groups: [
    { name: 'Framed-IP-Address', use: 'address of the tunnel', from: 'openvpn-auth-radius-readme' },
  ],
  device: [
    {
      name: 'Calling-Station-Id',
      use: 'address from which the client connects',
      from: 'openvpn-auth-radius-lab',
    },
  ],
  messageAuthenticator: {
    text: 'openvpn-auth-radius 2.1 cannot send it, and there is no newer one: set message_authenticator: learn, and keep the gateway on a network that you trust.',
    from: 'openvpn-auth-radius-lab',
  },
  quirks: [
    {
      id: 'accounting-lets-in',
      text: 'openvpn-auth-radius 2.1 always sends accounting, and lets a client in only after an Accounting-Response: switch accounting on.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      id: 'one-at-a-time',
      text: 'It handles one sign-in at a time. While one is held, the next one waits, and so does the whole OpenVPN server.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      id: 'texts-not-shown',
      text: 'The text of a Reject goes to the log of the server. The client only says AUTH_FAILED.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      id: 'prompt-each-hour',
      text: 'Without auth-gen-token the phone rings again at each renegotiation.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      id: 'reconnect-signs-in',
      text: 'A client that reconnects has to sign in again, even with auth-gen-token. With auth-nocache in its file it asks the person.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      id: 'static-challenge',
      text: 'A static challenge puts password and code into one field (SCRV1), which Holdfast does not read: do not use it.',
      from: 'openvpn-auth-radius-lab',
    },
  ],
}
