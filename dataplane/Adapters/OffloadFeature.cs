namespace IpsecDp.Adapters;

/// <summary>One thing the kernel does or does not do for a port, and why, for the operator's start-up line.</summary>
public sealed record OffloadFeature(string Name, bool IsOn, string Reason)
{
    /// <summary>One line over all features, as <c>udp:4500: gso on, gro off (disabled by option)</c>.</summary>
    public static string Describe(string port, IReadOnlyList<OffloadFeature> features) => $"{port}: {string.Join(", ", features)}";

    /// <inheritdoc/>
    public override string ToString() => Reason.Length == 0 ? $"{Name} {(IsOn ? "on" : "off")}" : $"{Name} {(IsOn ? "on" : "off")} ({Reason})";
}
