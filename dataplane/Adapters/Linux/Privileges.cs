using System.Globalization;

namespace IpsecDp.Adapters.Linux;

/// <summary>What the kernel lets this process do (capabilities(7)).</summary>
public static class Privileges
{
    private const int NetAdmin = 12;
    private const int NetRaw = 13;

    /// <summary>Whether the process may make interfaces and routes.</summary>
    public static bool HasNetAdmin => Has(NetAdmin);

    /// <summary>Whether the process may open raw sockets.</summary>
    public static bool HasNetRaw => Has(NetRaw);

    private static bool Has(int capability)
    {
        const string Effective = "CapEff:";
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var line = File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(Effective, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(Effective.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var granted)
            && ((granted >> capability) & 1) != 0;
    }
}
