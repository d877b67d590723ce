using System.CommandLine;
using System.Globalization;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux.Nfqueue;

namespace IpsecDp.Host.Verbs;

/// <summary><c>divert</c>: what belongs to a capture in the host's own path and is not the capture itself.</summary>
internal static class DivertVerb
{
    private const string Help = """
        Looks after the capture of packets in this host's own path.

        Example:
          sudo ipsecdp divert clean
        """;

    private const string CleanHelp = """
        Removes what a data plane left that was killed, rules on Linux and its guard on Windows: they hold back what its policy protects, so that none of it leaves in clear. A data plane that starts again replaces them by itself; use this when none will. From then on those packets flow in clear.

        It refuses while a data plane captures packets here, touches nobody else's rules, and says what it removed. In a network namespace it cleans that namespace.

        Example:
          sudo ipsecdp divert clean
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var clean = new Command("clean", CleanHelp);
        clean.SetAction(_ => OperatingSystem.IsWindows() ? GuardVerb.Clean() : Clean());
        return new Command("divert", Help) { clean, GuardVerb.Create() };
    }

    private static int Clean()
    {
        try
        {
            var removed = NfqueueCapture.Clean();
            Console.WriteLine(removed == 0
                ? "nothing was left to remove"
                : string.Create(CultureInfo.InvariantCulture, $"removed {removed} chains of rules with the jumps into them (tables mangle and raw, chains IPSECDP-*); what they held back flows in clear from here on"));
            return 0;
        }
        catch (AdapterException refusal)
        {
            Console.Error.WriteLine($"ipsecdp divert clean: {refusal.Message}");
            return 1;
        }
    }
}
