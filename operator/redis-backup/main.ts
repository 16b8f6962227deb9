import { runHook } from '../kit';
import { redisBackups } from './hook';

/* A hook of shell-operator; docs/redis-platform.md, "The operator". */
void runHook(redisBackups());
