/** Stands where the console would be; without scripts and styles, which the policy of the page would refuse. */
export const NOT_BUILT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muster</title>
</head>
<body>
<h1>Muster is running, its console is not built</h1>
<p>Stop the server, then install and start it again:</p>
<pre>npm ci
npm start</pre>
<p>The APIs work all the same: <a href="/docs">read and try them</a>.</p>
</body>
</html>
`;
