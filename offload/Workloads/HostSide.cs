namespace IpsecDp.Workloads;

/// <summary>Which of the two hosts of a workload is meant.</summary>
public enum HostSide : byte
{
    /// <summary>The host that opens conversations.</summary>
    A,

    /// <summary>The host that answers them.</summary>
    B,
}
