import type { Preset } from '../preset.ts'

export const strongswan: Preset = {
  title: 'strongSwan eap-radius',
  settings: {
    patience: { value: '14s', from: 'strongswan-lab', because: '4 tries, at 0, 2, 4.8 and 8.7 s' },
    challenges: {
      value: false,
      from: 'strongswan-lab',
      because: 'the IKE client has one password for a connection, and answers no second question',
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
  sending: { atSeconds: [0, 2, 4.8, 8.7], givesUpSeconds: 14.2, from: 'strongswan-lab' },
  timers: [
    { text: '4 tries, at 0, 2, 4.8 and 8.7 s; it gives up at 14.2 s.', from: 'strongswan-lab' },
    {
      text: 'half_open_timeout ends a connection that is not up after 30 s, even if an Access-Accept has arrived by then.',
      from: 'strongswan-lab',
    },
    {
      text: 'The IKE client sends its own packets again for about 165 s.',
      from: 'strongswan-docs',
    },
  ],
  advice: [
    {
      text: 'Write retransmit_tries = 4, retransmit_timeout = 20 and retransmit_base = 1 for eap-radius: it then gives up after 80 s.',
      from: 'strongswan-lab',
    },
    { text: 'Raise half_open_timeout of charon to 120.', from: 'strongswan-lab' },
    {
      text: 'Raise sockets of eap-radius and threads of charon: with the defaults, everyone waits until the person before them has answered.',
      from: 'strongswan-lab',
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
      id: 'accounting-ends-connections',
      text: 'With accounting = yes it ends each connection whose accounting is not answered: switch accounting on in Holdfast first.',
      from: 'strongswan-lab',
    },
    {
      id: 'server-name',
      text: 'Its clients expect the name of the gateway in the certificate of EAP-TTLS too, unless they have aaa_id.',
      from: 'strongswan-lab',
    },
    {
      id: 'keys-required',
      text: 'EAP methods that make keys fail without both MPPE keys in the Accept.',
      from: 'strongswan-docs',
    },
  ],
}
