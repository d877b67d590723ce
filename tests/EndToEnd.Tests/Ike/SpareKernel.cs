using System.Globalization;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>What stands in for a kernel's ESP where the kernel has none: the SAs strongSwan installs are written down, for a data plane given the same keys by hand; it goes with the test.</summary>
internal sealed class SpareKernel : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-spare-");

    /// <summary>Builds the library that is loaded into strongSwan.</summary>
    public SpareKernel() => Shell.Run("gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-o", Library, Source, "-ldl");

    /// <summary>Why it cannot be built here, or null.</summary>
    public static string? Hindrance => StrongSwanPeer.Hindrance ?? (File.Exists("/usr/bin/gcc") ? null : "needs gcc");

    /// <summary>The library.</summary>
    public string Library => Path.Combine(_folder.FullName, "kernel.so");

    /// <summary>The file of installed SAs.</summary>
    public string Installed => Path.Combine(_folder.FullName, "sas");

    private static string Source => Path.Combine(AppContext.BaseDirectory, "Ike", "kernel_without_esp.c");

    /// <summary>One SA: where it leads, its SPI, its mode and its key in hex, salt included.</summary>
    public sealed record Sa(string Source, string Destination, string Spi, bool IsTransport, string Key);

    /// <summary>The SAs written down so far.</summary>
    public IReadOnlyList<Sa> Read() => !File.Exists(Installed) ? [] :
    [
        .. File.ReadAllLines(Installed).Select(line => line.Split(' '))
            .Where(words => words.Length == 5 && words[4].Length > 0)
            .Select(words => new Sa(words[0], words[1], words[2], int.Parse(words[3], CultureInfo.InvariantCulture) == 0, words[4])),
    ];

    public void Dispose() => _folder.Delete(recursive: true);
}
