import type { Preset } from './preset.ts'
import { every } from './sending.ts'

export const openvpn: Preset = {
  title: 'OpenVPN plug-ins, Access Server',
  settings: {
    challenges: {
      value: false,
      from: 'radiusplugin-13',
      because: 'the community plug-in cannot; Access Server can (CRV1)',
    },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [{ value: 'pap', from: 'unverified' }],
  sending: { ...every(20, 3), from: 'unverified' },
  timers: [
    { text: 'Time-out and tries are those of the plug-in.', from: 'unverified' },
    { text: 'The server ends a handshake after hand-window: 60 s.', from: 'unverified' },
    { text: 'It asks again at each renegotiation, every 3600 s.', from: 'eduvpn-16' },
  ],
  advice: [
    { text: 'Raise hand-window on server and clients.', from: 'unverified' },
    {
      text: 'Use auth-gen-token, so that a renegotiation does not ask for a second factor again.',
      from: 'unverified',
    },
  ],
  groups: [{ name: 'Framed-IP-Address', use: 'address of the tunnel', from: 'unverified' }],
  device: [],
  messageAuthenticator: {
    text: 'openvpn-auth-radius of Debian 12 is too old to send it: take a newer plug-in.',
    from: 'unverified',
  },
  quirks: [
    {
      id: 'accounting-lets-in',
      text: 'openvpn-auth-radius 2.1 sends accounting always, and lets a client in only after an Accounting-Response. Switch accounting on in Holdfast first.',
      from: 'openvpn-auth-radius-lab',
    },
    {
      id: 'prompt-each-hour',
      text: 'Without auth-gen-token the phone rings again at each renegotiation.',
      from: 'eduvpn-16',
    },
    {
      id: 'static-challenge',
      text: 'A static challenge puts password and code into one field (SCRV1).',
      from: 'unverified',
    },
  ],
}
