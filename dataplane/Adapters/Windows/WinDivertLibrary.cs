using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IpsecDp.Adapters.Windows;

/// <summary>Loads the library once a process, by full path, from a folder only administrators can write, and only if its checksum is known.</summary>
/// <remarks>Windows runs the driver file that lies beside the library in its kernel: whoever could write that folder would own the machine.</remarks>
internal static class WinDivertLibrary
{
    private const string DriverName = "WinDivert64.sys";

    // WinDivertOpen copies the driver's path into a buffer of this size.
    private const int LongestPath = 259;

    private static readonly Lock Gate = new();
    private static string? _loaded;
    private static nint _module;

    /// <summary>Makes the library's functions callable; a second call with the same path is harmless. Throws <see cref="AdapterException"/>.</summary>
    public static void Load(WinDivertLibraryOptions options)
    {
        var path = Path.GetFullPath(options.Path);
        lock (Gate)
        {
            if (_loaded == path)
            {
                return;
            }

            Check(path, options);
            if (_loaded is not null)
            {
                throw new AdapterException($"WinDivert is loaded from {_loaded} already: a process can use only one, so {path} is refused.");
            }

            _module = LoadModule(path);
            NativeLibrary.SetDllImportResolver(typeof(WinDivertLibrary).Assembly, Resolve);
            _loaded = path;
        }
    }

    private static void Check(string path, WinDivertLibraryOptions options)
    {
        var folder = Path.GetDirectoryName(path)!;
        var driver = Path.Combine(folder, DriverName);
        if (driver.Length > LongestPath)
        {
            throw new AdapterException($"the path {driver} is longer than {LongestPath} characters, which WinDivert cannot use: install into a shorter folder.");
        }

        RefuseUnknown(path, options.LibrarySums);
        if (options.DriverSums.Count > 0)
        {
            RefuseUnknown(driver, options.DriverSums);
        }

        foreach (var place in new[] { folder, path, driver })
        {
            if (WritableByOthers.Reason(place) is { } reason)
            {
                throw new AdapterException($"{place} is not safe to load a driver from ({reason}): install into a folder that only administrators can write, as under Program Files.");
            }
        }
    }

    private static void RefuseUnknown(string path, IReadOnlyList<string> sums)
    {
        try
        {
            using var file = File.OpenRead(path);
            var sum = Convert.ToHexStringLower(SHA256.HashData(file));
            if (!sums.Contains(sum, StringComparer.OrdinalIgnoreCase))
            {
                throw new AdapterException($"{path} has the unknown SHA-256 {sum}: take WinDivert 2.2.2 as released, or name the sum in the options if you trust the file.");
            }
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new AdapterException($"{path} cannot be read ({refusal.Message}): install WinDivert 2.2.2 (WinDivert.dll and WinDivert64.sys) there.", refusal);
        }
    }

    private static nint LoadModule(string path)
    {
        try
        {
            // What the library itself imports comes from its own folder or the system's; for a full path the latter counts only with the former.
            return NativeLibrary.Load(path, typeof(WinDivertLibrary).Assembly, DllImportSearchPath.UseDllDirectoryForDependencies | DllImportSearchPath.System32);
        }
        catch (Exception refusal) when (refusal is DllNotFoundException or BadImageFormatException)
        {
            throw new AdapterException($"{path} cannot be loaded ({refusal.Message}): take the library for x64.", refusal);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == WinDivertNative.Library ? _module : 0;
}
