import type { Preset } from './preset.ts'

export const strongswan: Preset = {
  title: 'strongSwan eap-radius',
  settings: {
    patience: { value: '14s', from: 'strongswan-19', because: '4 tries, at 0, 2, 5 and 9 s' },
    challenges: {
      value: true,
      from: 'strongswan-docs',
      because: 'as further rounds of EAP; XAuth asks everything at once instead',
    },
    person_specific_device: {
      value: true,
      from: 'strongswan-source',
      because: 'Calling-Station-Id is the address of the IKE peer',
    },
  },
  protocols: [
    { value: 'eap', from: 'strongswan-docs', because: 'any method, passed through' },
    { value: 'pap', from: 'strongswan-docs', because: 'XAuth' },
  ],
  sending: { atSeconds: [0, 2, 5, 9], givesUpSeconds: 14, from: 'strongswan-19' },
  timers: [
    { text: '4 tries, at 0, 2, 5 and 9 s; it gives up at 14 s.', from: 'strongswan-19' },
    {
      text: 'The IKE client sends its own packets again for about 165 s.',
      from: 'strongswan-docs',
    },
  ],
  advice: [
    {
      text: 'Raise retransmit_tries and retransmit_timeout of eap-radius to more than 60 s in all.',
      from: 'strongswan-docs',
    },
  ],
  advisedPatience: '60s',
  groups: [
    { name: 'Class', use: 'names of groups, with class_group = yes', from: 'strongswan-docs' },
    {
      name: 'Filter-Id',
      use: 'names of groups, with filter_id = yes and Tunnel-Type ESP in the same Accept',
      from: 'strongswan-docs',
    },
  ],
  device: [
    {
      name: 'Calling-Station-Id',
      use: 'address of the IKE peer; its port, in brackets behind it, is left out of the comparison',
      from: 'strongswan-source',
    },
  ],
  quirks: [
    {
      id: 'xauth-rounds-joined',
      text: 'Several XAuth rounds arrive as one User-Password: password and code without anything between them.',
      from: 'strongswan-docs',
    },
    {
      id: 'keys-required',
      text: 'EAP methods that make keys fail without both MPPE keys in the Accept.',
      from: 'strongswan-docs',
    },
  ],
}
