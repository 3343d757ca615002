export type { Flash, FlashRange } from "./flash.ts";
export { eraseRange, FlashRegion } from "./flash.ts";
export { FlashSimulator, PowerCut } from "./flash-simulator.ts";
export type { FlashSimulatorOptions, PlannedCut } from "./flash-simulator.ts";
export { FlashFault, RecordStore } from "./record-store.ts";
export { journalCellBytes, JournalStore } from "./journal-store.ts";
export { layoutOf, placeOf } from "./layout.ts";
export type { FlashLayout, LayoutSpec } from "./layout.ts";
export { DeviceRecords } from "./records.ts";
export { isImageIntact } from "./image-check.ts";
export { DeviceLock } from "./device-lock.ts";
export { deviceErrors } from "./errors.ts";
export { Bootloader, NothingBootable } from "./bootloader.ts";
export type { ContentSource } from "./content-source.ts";
export { BundleDecider, isPassing } from "./bundle-decider.ts";
export type { Evidence } from "./bundle-decider.ts";
export type { Decider, Ruling } from "./decider.ts";
export { DeviceRuntime } from "./device-runtime.ts";
export type { DeviceParts } from "./device-runtime.ts";
export { defaultFactorySizes } from "./factory.ts";
export type { FactoryComponent, FactoryImage, FactorySizes } from "./factory.ts";
export { SimulatedDevice } from "./simulated-device.ts";
export type {
  ComponentStatus,
  DeviceServices,
  DeviceStatus,
  NewDevice,
  UpdateOptions,
  UpdateOutcome,
} from "./simulated-device.ts";
