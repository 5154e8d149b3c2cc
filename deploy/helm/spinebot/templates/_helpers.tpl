{{- define "spinebot.labels" -}}
app.kubernetes.io/name: spinebot
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "spinebot.workers" -}}
{{- if .Values.workers.enabled -}}
{{- $addresses := list -}}
{{- range until (int .Values.workers.replicas) -}}
{{- $addresses = append $addresses (printf "%s-worker-%d:5005" $.Release.Name .) -}}
{{- end -}}
{{- join "," $addresses -}}
{{- else -}}
{{- if not .Values.workers.external }}{{ fail "workers.external names the service of the workers when workers.enabled is false" }}{{ end -}}
{{- join "," .Values.workers.external -}}
{{- end -}}
{{- end }}

{{- define "spinebot.locked" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
{{- end }}

{{- define "spinebot.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false # they would add SPINEBOT_ variables of their own
securityContext:
  runAsNonRoot: true
  runAsUser: {{ . }}
  runAsGroup: {{ . }}
  fsGroup: {{ . }}
  seccompProfile: {type: RuntimeDefault}
{{- end }}
