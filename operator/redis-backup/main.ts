import { runHook } from '../kit';
import { redisBackups } from './hook';

/* A hook of shell-operator; docs/redis-backup.md, "The operator". */
void runHook(redisBackups());
