using IpsecDp.Ike;

namespace IpsecDp.Daemon.Ike;

/// <summary>What was agreed, as logs and reports say it.</summary>
public static class AgreedWords
{
    /// <summary>The peer and the algorithms of an IKE SA.</summary>
    public static string Of(IkeEvent.IkeSaEstablished sa)
    {
        ArgumentNullException.ThrowIfNull(sa);
        return $"IKEv2 with {sa.Remote}, {sa.Suite}";
    }

    /// <summary>The algorithms, mode and numbers of a child.</summary>
    public static string Of(ChildSa child)
    {
        ArgumentNullException.ThrowIfNull(child);
        var suite = child.Suite is { } esp ? $"ESP {esp.Name}" : $"AH {child.Integrity}";
        return $"{suite}, {(child.IsTransport ? "transport" : "tunnel")} mode{(child.IsEncapsulated ? " in UDP" : "")}{(child.HasExtendedNumbers ? ", 64-bit numbers" : "")}";
    }
}
