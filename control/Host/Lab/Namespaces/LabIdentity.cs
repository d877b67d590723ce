using IpsecDp.Adapters.Linux;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>The names of what a lab makes.</summary>
internal static class LabIdentity
{
    /// <summary>Those of the lab.</summary>
    public static RunIdentity Names { get; } = new("ipseclab");

    /// <summary>Removes what dead labs left, keys erased; gives what it removed.</summary>
    public static IReadOnlyList<string> RemoveLeftovers() => Names.RemoveLeftovers(SecretFolder.Erase);
}
