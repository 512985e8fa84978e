export { HomePage } from './home.tsx'
export { WayPhonePage } from './phone.tsx'
export { WayRemovePage } from './remove.tsx'
export { WayPage } from './way.tsx'
