export * from './decryption';
export * from './dependencies';
export * from './fields';
export * from './names';
export * from './networks';
export * from './objects';
export * from './tenants';
