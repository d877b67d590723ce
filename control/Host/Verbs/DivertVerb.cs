using System.CommandLine;

namespace IpsecDp.Host.Verbs;

/// <summary><c>divert</c>: what belongs to a capture in the host's own path and is not the capture itself.</summary>
internal static class DivertVerb
{
    private const string Help = """
        Looks after the capture in the host's own path.

        Example:
          ipsecdp divert clean
        """;

    private const string CleanHelp = """
        Ends the guard that a crashed run left behind: what it held back flows again, unprotected.

        It refuses while a data plane captures packets here.

        Example:
          ipsecdp divert clean
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var clean = new Command("clean", CleanHelp);
        clean.SetAction(_ => GuardVerb.Clean());
        return new Command("divert", Help) { clean, GuardVerb.Create() };
    }
}
