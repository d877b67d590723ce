using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IpsecDp.TestKit.Namespaces;

namespace IpsecDp.TestKit.Divert;

/// <summary>The library double, built once a run by the C compiler from the source beside this file.</summary>
public static class WinDivertDouble
{
    /// <summary>The environment variable by which a process finds the modelled driver.</summary>
    public const string Variable = "WINDIVERT_DOUBLE";

    private static readonly Lazy<(string Path, string Sum)> Built = new(Build);

    private static readonly Lazy<UsePath> Chosen = new(() => Marshal.GetDelegateForFunctionPointer<UsePath>(NativeLibrary.GetExport(NativeLibrary.Load(Path), "WinDivertDoubleUse")));

    private delegate void UsePath([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Hindrance =>
        !OperatingSystem.IsLinux() ? "needs Linux for the double of WinDivert" : !File.Exists("/usr/bin/gcc") ? "needs gcc for the double of WinDivert" : null;

    /// <summary>The library.</summary>
    public static string Path => Built.Value.Path;

    /// <summary>Its SHA-256 in hexadecimal.</summary>
    public static string Sum => Built.Value.Sum;

    /// <summary>Has the calling thread's next handles opened at a modelled driver of this process.</summary>
    public static void Use(string path) => Chosen.Value(path);

    private static (string Path, string Sum) Build()
    {
        // The tests' folder and not a shared one: what is loaded must not be writable by others.
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(AppContext.BaseDirectory, $"windivert-{Environment.ProcessId}")).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var path = System.IO.Path.Combine(folder, "WinDivert.dll");
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "Divert", "windivert_double.c");
        Shell.Run("gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-fvisibility=hidden", "-pthread", "-o", path, source);
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return (path, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
    }
}
