{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{/* Pods are called NAME-REVISION-INDEX and take that as host name: at most 63 characters. */}}
{{- define "pqpack.name" -}}
{{- $name := .Release.Name -}}
{{- if not (contains "pqpack" $name) -}}{{- $name = printf "pqpack-%s" $name -}}{{- end -}}
{{- $name | trunc 48 | trimSuffix "-" -}}
{{- end }}

{{- define "pqpack.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "pqpack.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end }}

{{- define "pqpack.selectorLabels" -}}
app.kubernetes.io/name: pqpack
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pqpack.labels" -}}
{{ include "pqpack.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Slashes at the end of a prefix do not count. */}}
{{- define "pqpack.destination" -}}
{{- .Values.destination.prefix | default (printf "%s_repack" (.Values.source.prefix | trimSuffix "/")) | trimSuffix "/" -}}
{{- end }}

{{/* The program refuses it as well; here it is said before a Pod is started. */}}
{{- define "pqpack.checkApart" -}}
{{- $source := .Values.source.prefix | trimSuffix "/" -}}
{{- $destination := include "pqpack.destination" . -}}
{{- $same := eq (.Values.destination.bucket | default .Values.source.bucket) .Values.source.bucket -}}
{{- if and $same (or (hasPrefix (printf "%s/" $source) (printf "%s/" $destination)) (hasPrefix (printf "%s/" $destination) (printf "%s/" $source))) -}}
{{- fail (printf "source prefix %q and destination prefix %q are the same or one lies inside the other" $source $destination) -}}
{{- end -}}
{{- end }}
