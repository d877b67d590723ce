using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace IpsecDp.Adapters.Windows;

/// <summary>Whether somebody who is no administrator could change a file or folder.</summary>
internal static class WritableByOthers
{
    // WriteData, AppendData, WriteExtendedAttributes, DeleteSubdirectoriesAndFiles, WriteAttributes, Delete, ChangePermissions, TakeOwnership, and GENERIC_WRITE and GENERIC_ALL, which stand unresolved in some lists.
    private const int Changing = 0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x4000_0000 | 0x1000_0000;

    private const UnixFileMode ChangingModes = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    // NT SERVICE\TrustedInstaller, the owner of what Windows itself installs.
    private const string TrustedInstaller = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

    /// <summary>Who could, in a few words; null when nobody, or when there is nothing at the path.</summary>
    public static string? Reason(string path)
    {
        if (!Path.Exists(path))
        {
            return null;
        }

        try
        {
            return OperatingSystem.IsWindows() ? WindowsReason(path) : UnixReason(path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or InvalidOperationException or NotSupportedException)
        {
            return $"its access rights cannot be read: {refusal.Message}";
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static string? UnixReason(string path) => (File.GetUnixFileMode(path) & ChangingModes) == 0 ? null : "group or others may write it";

    [SupportedOSPlatform("windows")]
    private static string? WindowsReason(string path)
    {
        FileSystemSecurity security = Directory.Exists(path) ? new DirectoryInfo(path).GetAccessControl() : new FileInfo(path).GetAccessControl();
        if (security.GetOwner(typeof(SecurityIdentifier)) is not SecurityIdentifier owner || !IsTrusted(owner))
        {
            return "its owner is no administrator";
        }

        foreach (FileSystemAccessRule rule in security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)))
        {
            if (rule.AccessControlType == AccessControlType.Allow && ((int)rule.FileSystemRights & Changing) != 0
                && (rule.PropagationFlags & PropagationFlags.InheritOnly) == 0 && !IsTrusted((SecurityIdentifier)rule.IdentityReference))
            {
                return $"{rule.IdentityReference.Value} may change it";
            }
        }

        return null;
    }

    [SupportedOSPlatform("windows")]
    private static bool IsTrusted(SecurityIdentifier who) =>
        who.IsWellKnown(WellKnownSidType.LocalSystemSid) || who.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid) || who.Value == TrustedInstaller;
}
