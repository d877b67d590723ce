namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>Transmission priority; the value stands in bits X'06' of NHDR octet 0.</summary>
internal enum TransmissionPriority : byte
{
    Low,
    Medium,
    High,
    Network,
}
