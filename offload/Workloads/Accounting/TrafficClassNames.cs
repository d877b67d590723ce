namespace IpsecDp.Workloads.Accounting;

/// <summary>The names reports print.</summary>
public static class TrafficClassNames
{
    private static readonly string[] Names = ["ee-signalling", "ee-network", "ee-high", "ee-medium", "ee-low", "bulk", "bulk-ack", "interactive", "replay", "echo", "datagram"];

    /// <summary>How many classes there are.</summary>
    public static int Count => Names.Length;

    /// <summary>The name of a class.</summary>
    public static string Of(TrafficClass trafficClass) => Names[(int)trafficClass];
}
