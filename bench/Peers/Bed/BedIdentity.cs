using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Bed;

/// <summary>The names of what a run makes.</summary>
internal static class BedIdentity
{
    /// <summary>Those of the bench.</summary>
    public static RunIdentity Names { get; } = new("ipsecbench");

    /// <summary>Removes what dead runs left; gives what it removed.</summary>
    public static IReadOnlyList<string> RemoveLeftovers() => Names.RemoveLeftovers(static folder => Directory.Delete(folder, recursive: true));
}
