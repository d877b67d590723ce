using IpsecDp.Fuzz;

if (!FuzzOptions.TryParse(args, out var options, out var reason))
{
    Console.Error.WriteLine(reason);
    return 2;
}

if (options.WriteCorpus is { } folder)
{
    Corpus.Write(folder);
    return 0;
}

var targets = FuzzTargets.All.Where(target => options.Target is null || target.Name == options.Target).ToList();
if (targets.Count == 0)
{
    Console.Error.WriteLine($"no target {options.Target}; there are {string.Join(", ", FuzzTargets.All.Select(target => target.Name))}");
    return 2;
}

var hasFinding = false;
foreach (var target in targets)
{
    var report = options.Replay is { } file
        ? FuzzRunner.Replay(target, File.ReadAllBytes(file))
        : FuzzRunner.Run(target, Corpus.Load(options.CorpusFolder, target.Name), options.Inputs, options.Seed);
    Console.WriteLine(report);
    if (report.Finding is null)
    {
        continue;
    }

    hasFinding = true;
    var path = $"finding-{target.Name}-{options.Seed}.bin";
    File.WriteAllBytes(path, report.Finding);
    Console.WriteLine($"{path}: {report.Failure}");
}

return hasFinding ? 1 : 0;
