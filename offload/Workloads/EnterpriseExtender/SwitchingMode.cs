namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>How an intermediate node forwards an NLP; the value stands in the upper three bits of NHDR octet 0.</summary>
internal enum SwitchingMode : byte
{
    /// <summary>To a function of the next node.</summary>
    FunctionRouting = 5,

    /// <summary>Automatic network routing along the labels.</summary>
    AutomaticNetworkRouting = 6,
}
