import type { App } from './app-type.ts'
export function referenceRoutes(_app: App): void {}
