using System.Runtime.InteropServices;

namespace IpsecDp.TestKit.Namespaces;

/// <summary>setns(2): moves the calling thread, and nothing else of the process, into a network namespace.</summary>
internal static class NamespaceEntry
{
    private const int NetworkOnly = 0x40000000;

    /// <summary>Enters the namespace mounted at a path.</summary>
    public static void Enter(string path)
    {
        using var file = File.OpenHandle(path);
        if (SetNamespace(file, NetworkOnly) != 0)
        {
            throw new InvalidOperationException($"{path} cannot be entered: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(SafeHandle descriptor, int kind);
}
