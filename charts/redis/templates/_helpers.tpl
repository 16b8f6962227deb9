{{- define "redis.name" -}}
{{ .Values.fullnameOverride | default .Release.Name }}
{{- end }}

{{- define "redis.selector" -}}
app.kubernetes.io/name: redis
app.kubernetes.io/instance: {{ include "redis.name" . }}
{{- end }}

{{/* No version of the chart: it would change objects, and restart servers, without need. */}}
{{- define "redis.labels" -}}
{{ include "redis.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "redis.podLabels" -}}
{{ toYaml (merge (fromYaml (include "redis.selector" .)) .Values.podLabels) }}
{{- end }}

{{- define "redis.bytes" -}}
{{- $factors := dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 -}}
{{- $factors = merge $factors (dict "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776) -}}
{{- $digits := regexFind "^[0-9]+" . -}}
{{- mul (int64 $digits) (int64 (get $factors (trimPrefix $digits .))) -}}
{{- end }}

{{- define "redis.config" -}}
{{ (.Files.Glob "files/*").AsConfig }}
{{- end }}

{{- define "redis.container" -}}
image: {{ .Values.image | quote }}
securityContext: {{- include "redis.restricted" . | nindent 2 }}
{{- end }}

{{- define "redis.restricted" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Where the scripts find things. */}}
{{- define "redis.env" -}}
- { name: CONFIG, value: /config }
- { name: OWN, value: /run/own }
- { name: SOCKET, value: /run/redis/redis.sock }
- { name: TLS, value: {{ ternary "/run/tls" "" (not (empty .Values.tls)) | quote }} }
{{- end }}

{{/* What knows the users' Secrets: the container that begins, and the one that looks for changes. */}}
{{- define "redis.usersContainer" -}}
{{ include "redis.container" . }}
args:
  - {{ .Values.users.app.secretName | quote }}
  - {{ .Values.users.backup.secretName | quote }}
  - {{ .Values.users.admin.secretName | quote }}
env:
  {{- include "redis.env" . | nindent 2 }}
  - { name: USERS, value: /run/users }
  - { name: METRICS, value: {{ ternary "/run/metrics" "" (not (empty .Values.metrics)) | quote }} }
  - { name: PERIOD, value: '5' }
resources:
  requests: { cpu: 10m, memory: 32Mi }
  limits: { cpu: 200m, memory: 32Mi }
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  - { name: config, mountPath: /config, readOnly: true }
  - { name: own, mountPath: /run/own }
  - { name: socket, mountPath: /run/redis, readOnly: true }
  - { name: user-app, mountPath: /run/users/app, readOnly: true }
  - { name: user-backup, mountPath: /run/users/backup, readOnly: true }
  - { name: user-admin, mountPath: /run/users/admin, readOnly: true }
  {{- if .Values.metrics }}
  - { name: metrics, mountPath: /run/metrics }
  {{- end }}
  {{- if .Values.tls }}
  - { name: tls, mountPath: /run/tls, readOnly: true }
  {{- end }}
{{- end }}
