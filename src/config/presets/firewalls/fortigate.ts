import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const fortigate: Preset = {
  title: 'FortiGate',
  settings: {
    patience: {
      value: '5s',
      from: 'fortinet-229136',
      because: 'remoteauthtimeout, however often it sends again in that time',
    },
    challenges: { value: true, from: 'multifactor-source' },
    person_specific_device: {
      value: true,
      from: 'fortinet-197257',
      because: 'Calling-Station-Id is the address of the person, or on Wi-Fi the MAC address',
    },
  },
  mostPatience: { value: '300s', from: 'fortinet-docs', because: 'remoteauthtimeout ends there' },
  protocols: [
    { value: 'ms-chapv2', from: 'unverified', because: 'auth-type auto tries it first' },
    { value: 'pap', from: 'unverified' },
    { value: 'chap', from: 'unverified' },
  ],
  sending: { ...every(5, 1), from: 'fortinet-229136' },
  timers: [
    {
      text: 'timeout of the RADIUS server: 5 s, after which it sends again.',
      from: 'fortinet-229136',
    },
    {
      text: 'remoteauthtimeout, for the whole system: 5 s (1 to 300 s), after which it gives up or asks the next server.',
      from: 'fortinet-docs',
    },
    {
      text: 'two-factor-fac-expiry: 60 s to answer a challenge.',
      from: 'booches',
    },
  ],
  advice: [
    { text: 'Set timeout of the RADIUS server to 30 s.', from: 'microsoft-mfa-server' },
    { text: 'Set remoteauthtimeout to 60 s.', from: 'microsoft-mfa-server' },
    {
      text: 'Set auth-type to pap where Holdfast checks the password with LDAP alone; with winbind (docs/how-to/join-the-domain.md) auto works as well.',
      from: 'unverified',
    },
  ],
  advisedPatience: '60s',
  groups: [
    {
      name: 'Fortinet-Group-Name',
      use: 'matched with the name of a user group’s remote group',
      from: 'freeradius-dictionary',
    },
    {
      name: 'Fortinet-Access-Profile',
      use: 'profile of an administrator',
      from: 'freeradius-dictionary',
    },
  ],
  device: [
    { name: 'Calling-Station-Id', use: 'address of the person', from: 'fortinet-197257' },
    {
      name: 'Fortinet-Client-IP-Address',
      use: 'address of the person',
      from: 'freeradius-dictionary',
    },
  ],
  messageAuthenticator: {
    text: 'Update FortiOS to 7.2.10, 7.4.5, 7.6.1 or later, which took measures against CVE-2024-3596.',
    from: 'fortinet-343112',
  },
  quirks: [
    {
      id: 'code-in-ms-chap2-response',
      text: 'With MS-CHAPv2 the answer to a challenge comes as plain digits inside MS-CHAP2-Response, from its third byte on.',
      from: 'multifactor-source',
    },
    {
      id: 'ikev2-ignores-timer',
      text: 'Some builds from 7.2.10, 7.4.5 and 7.6.1 on ignore remoteauthtimeout for IPsec with IKEv2 (bug 1087651); 7.4.8 and 7.6.3 should have it right.',
      from: 'fortinet-190638',
    },
    {
      id: 'accounting-marks-dead',
      text: 'A server that never answers accounting is marked dead: switch accounting on in Holdfast before you enter it as accounting server.',
      from: 'unverified',
    },
  ],
}
